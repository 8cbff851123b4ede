"""The portal: pages for every person, over what `states` allows and `portal.visitor.rights` shows."""
