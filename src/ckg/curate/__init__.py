"""What curators use: new records by the shapes, passages of texts, two codings of one text held against each other."""
