"""The questionnaire on its way: forms out as workbook, offline page and paper; returned files read and judged. Writes no records."""
