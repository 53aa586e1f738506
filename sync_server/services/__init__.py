"""What the server does: exchange, enrolment, sign-in, review. Nothing here knows HTTP."""
