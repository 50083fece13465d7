"""What must hold, one module per module; names read as claims."""
