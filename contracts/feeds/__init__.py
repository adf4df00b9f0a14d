"""The feeds of the project. An import here is all the registration that a contract needs.

The order is alphabetical; screens order feeds by their contents.
"""

from contracts.feeds.dossier import DOSSIER as DOSSIER
from contracts.feeds.education import EDUCATION as EDUCATION
from contracts.feeds.eoffice import EOFFICE as EOFFICE
from contracts.feeds.health import HEALTH as HEALTH
from contracts.feeds.infosec import INFOSEC as INFOSEC
from contracts.feeds.petition import PETITION as PETITION
from contracts.feeds.platform import PLATFORM as PLATFORM
from contracts.feeds.press import PRESS as PRESS
from contracts.feeds.report import REPORT as REPORT
from contracts.feeds.tourism import TOURISM as TOURISM
from contracts.feeds.traffic import TRAFFIC as TRAFFIC
