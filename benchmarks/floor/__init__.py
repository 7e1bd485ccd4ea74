"""What a submission is measured against: one login check and one insert, on the same server."""
