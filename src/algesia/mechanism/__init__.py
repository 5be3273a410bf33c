"""From doses to plasma to receptor to tolerance and sensitization to pain: a hypothesis, parameter by parameter."""
