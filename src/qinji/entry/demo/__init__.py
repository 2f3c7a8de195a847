"""`qinji demo`: the stories of the source texts, walked over HTTP as a phone, a window and an institution would."""
