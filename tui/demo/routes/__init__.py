"""The answers of each path of the demo gateway, one module per part of the contract."""
