"""The tablet: Kivy screens over presenters that know no Kivy, encrypted storage, and the sync client."""
