"""The laptop's AWS: moto as the control plane, and what makes it act. Never ships."""
