"""From structured SSA to readable Python text: names, layout, printing."""
