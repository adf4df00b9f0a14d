"""The simulators of the project. An import here is all the registration that one needs.

A feed that a real source publishes has none. Contracts can't list them, since they don't know
producers.
"""

from producers.dossier import DossierSimulator as DossierSimulator
from producers.education import EducationSimulator as EducationSimulator
from producers.eoffice import EofficeSimulator as EofficeSimulator
from producers.health import HealthSimulator as HealthSimulator
from producers.infosec import InfosecSimulator as InfosecSimulator
from producers.petition import PetitionSimulator as PetitionSimulator
from producers.platform import PlatformSimulator as PlatformSimulator
from producers.press import PressSimulator as PressSimulator
from producers.report import ReportSimulator as ReportSimulator
from producers.tourism import TourismSimulator as TourismSimulator
from producers.traffic import TrafficSimulator as TrafficSimulator
