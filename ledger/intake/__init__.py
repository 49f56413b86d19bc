"""An intent is checked and becomes an operation; one file a verb."""
