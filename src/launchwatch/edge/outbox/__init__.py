"""What leaves the house: written down before it goes, sent on its channels, receipts kept."""
