"""批量文件: files of many rows that the bureau's staff bring, check, approve by another and carry out part by part."""
