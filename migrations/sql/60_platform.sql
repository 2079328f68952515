-- Organization 0 is the platform (decisions.md 5).
INSERT INTO cura.organizations (id, name, subdomain, email, brand_name, subscription_status, region, time_zone)
VALUES (0, 'Cura platform', 'platform', 'platform@cura.invalid', 'Cura', 'active', 'UK', 'Europe/London');
