"""How fast Pacta is: ``pacta bench`` beside what one would take instead, and benches of its parts."""
