"""The person's pages: today, body, picture, plan, learn, data. No dose advice, no diagnosis."""
