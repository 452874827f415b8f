"""Print the JSON Schema: `python -m stagecoach.declaration > datasets/schema.json`."""

from stagecoach.declaration.schema import text

if __name__ == "__main__":
    print(text(), end="")
