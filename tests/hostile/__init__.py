"""Text that means harm, in every name, message and address that comes from outside."""
