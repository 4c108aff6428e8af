"""Stewards: the contract of a policy, reference policies, language models, and what each is shown."""
