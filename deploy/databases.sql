-- A role and a database each for duban and for the Prefect server, neither a superuser and neither let into the other's.
-- Run once by the server's superuser with psql, the passwords in its environment: DUBAN_PASSWORD, PREFECT_PASSWORD.
\getenv duban DUBAN_PASSWORD
\getenv prefect PREFECT_PASSWORD
CREATE ROLE duban LOGIN PASSWORD :'duban';
CREATE ROLE prefect LOGIN PASSWORD :'prefect';
CREATE DATABASE duban OWNER duban TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE prefect OWNER prefect TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE duban, prefect, postgres FROM PUBLIC;
