"""The pages: what `streamlit run app/ui/main.py` shows."""
