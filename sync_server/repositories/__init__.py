"""Reading and writing the tables, one module for each thing that is kept. The caller brings the open transaction."""
