"""Photos of papers 材料照片: kept under a key of their case while somebody has to decide on them, and no longer."""
