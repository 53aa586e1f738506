"""The languages, and where their words stand.

Which one is spoken is the business of each half: a tablet speaks one at a time (`mobile_app/language`), the server one
for each request (`sync_server/language`).
"""
