"""What every face of Huiyin shares: page frame, components, access, dates, health. It knows no word of complaints."""
