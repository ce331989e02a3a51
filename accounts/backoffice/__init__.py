"""What every screen of the back office shares: plain Django admin, without deletion, writing by verbs alone.

`modeladmin` is what the models' admins inherit, `forms` the way in, `verbs` what is done to rows
that are there, `filters` and `display` what a list needs; `site` is where all of it is registered.
"""
