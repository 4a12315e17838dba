"""What each path of the demo gateway answers, one module per part of the contract."""
