"""The rule table: each row states the calculus of one primitive once."""
