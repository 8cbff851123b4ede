"""The pages of the portal, which offer what `states` allows and show what `portal.visitor.rights` permits."""
