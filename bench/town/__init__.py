"""What has happened before the pages are opened: relatives, a year of money, doubts, files. By the doors' own flows."""
