import io
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as parquet

from tests.local_cloud.making import bucket, fresh, messages, until, watch


def crawl(cloud, path, name=None, **settings):
    """Crawl a path into a database of its own; answers the database and the crawler."""
    glue, database, name = cloud.client("glue"), fresh("database"), name or fresh("crawler")
    glue.create_database(DatabaseInput={"Name": database})
    targets = {"S3Targets": [{"Path": path}]}
    glue.create_crawler(Name=name, Role="any", DatabaseName=database, Targets=targets, **settings)
    again(cloud, name)
    return database, name


def again(cloud, name):
    glue = cloud.client("glue")
    glue.start_crawler(Name=name)
    until(lambda: glue.get_crawler(Name=name)["Crawler"]["State"] == "READY")


def put(cloud, where, **bodies):
    for key, body in bodies.items():
        cloud.client("s3").put_object(Bucket=where, Key=key, Body=body)


def tables(cloud, database):
    found = cloud.client("glue").get_tables(DatabaseName=database)["TableList"]
    return {table["Name"]: table for table in found}


def columns(table):
    return {one["Name"]: one["Type"] for one in table["StorageDescriptor"]["Columns"]}


def partitions(cloud, database, table):
    found = cloud.client("glue").get_partitions(DatabaseName=database, TableName=table)
    return sorted(one["Values"] for one in found["Partitions"])


def test_csv_with_a_header_and_a_semicolon(cloud):
    where = bucket(cloud)
    put(cloud, where, **{"sales/a.csv": b"Id;Full Name;Amount\n1;Ann;1.5\n2;Bo;2\n"})
    database, _ = crawl(cloud, f"s3://{where}/sales/")
    table = tables(cloud, database)["sales"]
    assert columns(table) == {"id": "bigint", "full_name": "string", "amount": "double"}
    assert table["Parameters"]["delimiter"] == ";"
    assert table["StorageDescriptor"]["Location"] == f"s3://{where}/sales/"


def test_json_lines_with_structures(cloud):
    where = bucket(cloud)
    put(cloud, where, **{"ev/a.json": b'{"id":1,"x":{"y":"a"},"t":["b"]}\n{"id":2.5,"new":true}\n'})
    database, _ = crawl(cloud, f"s3://{where}/ev")
    assert columns(tables(cloud, database)["ev"]) == {
        "id": "double",
        "x": "struct<y:string>",
        "t": "array<string>",
        "new": "boolean",
    }


def parquet_of(**columns_):
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns_), buffer)
    return buffer.getvalue()


def test_parquet_partitioned_by_load_and_what_spark_leaves_behind(cloud):
    where = bucket(cloud)
    body = parquet_of(id=pa.array([1], pa.int32()), price=pa.array([1], pa.decimal128(9, 2)))
    put(
        cloud,
        where,
        **{
            "clean/_load_id=7f3a/part-0.parquet": body,
            "clean/_load_id=8b1c/part-0.parquet": body,
            "clean/_SUCCESS": b"",
            "clean/_temporary/0/part-0.parquet": b"half",
            "clean/_load_id=7f3a/.part-0.parquet.crc": b"crc",
        },
    )
    database, _ = crawl(cloud, f"s3://{where}/clean/")
    found = tables(cloud, database)
    assert list(found) == ["clean"]
    assert columns(found["clean"]) == {"id": "int", "price": "decimal(9,2)"}
    assert [key["Name"] for key in found["clean"]["PartitionKeys"]] == ["_load_id"]
    assert partitions(cloud, database, "clean") == [["7f3a"], ["8b1c"]]


def test_every_folder_is_a_table_and_takes_the_prefix(cloud):
    where = bucket(cloud)
    put(cloud, where, **{"a/1.csv": b"x,y\n1,b\n", "b/dt=2024-01-01/1.csv": b"z,y\n1,b\n"})
    database, _ = crawl(cloud, f"s3://{where}", TablePrefix="raw_")
    assert sorted(tables(cloud, database)) == ["raw_a", "raw_b"]
    assert partitions(cloud, database, "raw_b") == [["2024-01-01"]]


def test_a_second_crawl_adds_what_is_new(cloud):
    where = bucket(cloud)
    put(cloud, where, **{"t/d=1/a.csv": b"id,name\n1,x\n"})
    database, name = crawl(cloud, f"s3://{where}/t")
    put(cloud, where, **{"t/d=2/a.csv": b"id,name,more\n2,y,z\n"})
    again(cloud, name)
    assert list(columns(tables(cloud, database)["t"])) == ["id", "name", "more"]
    assert partitions(cloud, database, "t") == [["1"], ["2"]]


def test_a_crawl_is_told_and_remembered(cloud):
    where, name = bucket(cloud), fresh("crawler")
    told = watch(cloud, {"detail": {"crawlerName": [name]}})
    put(cloud, where, **{"t/a.csv": b"id,name\n1,x\n"})
    crawl(cloud, f"s3://{where}/t", name)
    states = [event["detail"]["state"] for event in messages(cloud, told, 2)]
    assert sorted(states) == ["Started", "Succeeded"]
    last = cloud.client("glue").get_crawler(Name=name)["Crawler"]["LastCrawl"]
    assert last["Status"] == "SUCCEEDED"


def test_a_crawl_of_a_bucket_that_is_not_there_fails_with_a_reason(cloud):
    _, name = crawl(cloud, "s3://nowhere-at-all/t")
    last = cloud.client("glue").get_crawler(Name=name)["Crawler"]["LastCrawl"]
    assert last["Status"] == "FAILED"
    assert "nowhere-at-all" in last["ErrorMessage"]


def test_a_running_crawler_is_not_started_twice(cloud):
    glue, where = cloud.client("glue"), bucket(cloud)
    put(cloud, where, **{f"t/d={n}/a.csv": b"id,name\n1,x\n" for n in range(100)})
    _, name = crawl(cloud, f"s3://{where}/t")

    def start(_):
        try:
            glue.start_crawler(Name=name)
        except glue.exceptions.CrawlerRunningException:
            return "refused"
        return "started"

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(start, range(8))) == {"started", "refused"}
