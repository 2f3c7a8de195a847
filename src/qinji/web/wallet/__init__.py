"""The pages of 医保钱包: money that is sent to a relative, and taken or given back."""
