"""Operations become transactions: signed, stored, committed, and only then sent."""
