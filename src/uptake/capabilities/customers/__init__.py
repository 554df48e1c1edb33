"""Accounts, products, people, populations and contracts: whose use of what is measured."""
