"""Many reports from one order: parameter sets, workers, manifest, index. Knows publish and nothing above it."""
