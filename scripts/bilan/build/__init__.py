"""What runs notebooks: jobs, their results, kernels, sweeps."""
