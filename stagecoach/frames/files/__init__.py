"""From the bytes of a file to texts by column: how a file is shared out, unpacked, taken apart."""
