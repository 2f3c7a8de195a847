"""The counter 收费台: for pharmacies and community clinics without software of their own."""
