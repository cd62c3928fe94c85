"""Households from spreadsheets (台账): read, checked row by row, tried out, brought in batch by batch."""
