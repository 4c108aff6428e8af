"""From run folders to findings: tables, measures, the onset bracket, the verdict and the report."""
