"""What aktop survives: kills, full and foreign disks, spoilt files, stopped processes, clocks that jump."""
