"""From a child's findings to what to do: danger signs, disposition, next question, plan."""
