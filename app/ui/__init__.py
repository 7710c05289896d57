"""The Streamlit window: pages and components, nothing else."""
