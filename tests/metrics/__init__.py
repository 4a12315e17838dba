"""What `aktop metrics` tells, checked by Prometheus's own tools: Debian's prometheus and prometheus-alertmanager."""
