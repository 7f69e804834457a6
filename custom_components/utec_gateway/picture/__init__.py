"""What the gateway tells: itself, its accounts and their devices, validated as they come over the link."""
