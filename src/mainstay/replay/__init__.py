"""The whole loop, month by month, on a past that is known: what would each policy have done?"""
