"""algesia: opioid-induced hyperalgesia, seen and told apart."""
