"""What tests share: the real server, organizations, fakes written by hand. No test lives here."""
